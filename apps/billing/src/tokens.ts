/** Injection tokens of what is not a class of ours. */
export const CONFIG = Symbol('config');
export const LOGGER = Symbol('logger');
export const NATS = Symbol('nats');
export const POSTGRES = Symbol('postgres');
/** Connections for what reads much and may take its time: apart from those that money moves over. */
export const REPORTS = Symbol('reports');
/** Their name in pg_stat_activity. Nothing is written to the ledger over them: what adds usage up relies on it. */
export const reportsApplicationName = 'tokenroute-billing-reports';
export const PRISMA = Symbol('prisma');
/** Connections for payments, which wait for somebody else's servers. */
export const PAYMENTS_POSTGRES = Symbol('payments postgres');
/** Who moves the money: a ChosenProvider. */
export const PAYMENT_PROVIDER = Symbol('payment provider');
