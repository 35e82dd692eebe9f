import { AuthServiceService } from './gen/tokenroute/auth/v1/auth.js';
import { PeopleServiceService } from './gen/tokenroute/auth/v1/people.js';
import {
  BillingAdminServiceService,
  BillingQueryServiceService,
} from './gen/tokenroute/billing/v1/billing.js';
import { BillingDeadLettersServiceService } from './gen/tokenroute/billing/v1/dead_letters.js';
import { BillingPaymentsServiceService } from './gen/tokenroute/billing/v1/payments.js';
import { BillingStatementsServiceService } from './gen/tokenroute/billing/v1/statements.js';
import { ProviderServiceService } from './gen/tokenroute/provider/v1/provider.js';

/** Whoever calls, named as its certificate names it. `operator` is the command line of those who run the system. */
export type GrpcCaller = 'gateway' | 'dashboard-api' | 'auth' | 'operator';

const authService: Callers<typeof AuthServiceService> = {
  validateKey: ['gateway'],
  validateKeys: ['gateway'],
  createKey: ['dashboard-api', 'operator'],
  listKeys: ['dashboard-api', 'operator'],
  updateKey: ['dashboard-api', 'operator'],
  rotateKey: ['dashboard-api', 'operator'],
  revokeKey: ['dashboard-api', 'operator'],
  listKeyEvents: ['dashboard-api', 'operator'],
};

const peopleService: Callers<typeof PeopleServiceService> = {
  getSession: ['dashboard-api'],
  listMembers: ['dashboard-api'],
  listAuditEvents: ['dashboard-api'],
  findOrganisations: ['dashboard-api'],
};

const billingQueryService: Callers<typeof BillingQueryServiceService> = {
  getAccount: ['dashboard-api', 'operator'],
  listModels: ['gateway', 'dashboard-api', 'operator'],
  listPrices: ['dashboard-api', 'operator'],
  getHold: ['gateway', 'dashboard-api', 'operator'],
  quote: ['gateway', 'operator'],
  getUsage: ['dashboard-api', 'operator'],
  listRequests: ['dashboard-api', 'operator'],
  verifyLedger: ['dashboard-api', 'operator'],
};

const billingAdminService: Callers<typeof BillingAdminServiceService> = {
  createAccount: ['auth', 'operator'],
  grantCredit: ['dashboard-api', 'operator'],
  putModel: ['dashboard-api', 'operator'],
  addPrice: ['dashboard-api', 'operator'],
  addPricePlan: ['operator'],
  listPricePlans: ['operator'],
  listAccounts: ['dashboard-api', 'operator'],
  previewPrice: ['dashboard-api', 'operator'],
  listModelUsers: ['dashboard-api', 'operator'],
  listCatalogueEvents: ['dashboard-api', 'operator'],
};

const billingDeadLettersService: Callers<typeof BillingDeadLettersServiceService> = {
  listDeadLetters: ['dashboard-api', 'operator'],
  getDeadLetter: ['operator'],
  replayDeadLetters: ['dashboard-api', 'operator'],
};

const billingStatementsService: Callers<typeof BillingStatementsServiceService> = {
  exportStatement: ['dashboard-api', 'operator'],
  reportHouseLoss: ['dashboard-api', 'operator'],
};

const billingPaymentsService: Callers<typeof BillingPaymentsServiceService> = {
  createTopUp: ['dashboard-api', 'operator'],
  listPayments: ['dashboard-api', 'operator'],
  getTopUpSettings: ['dashboard-api', 'operator'],
  setTopUpSettings: ['dashboard-api', 'operator'],
  freezeAccount: ['dashboard-api', 'operator'],
  unfreezeAccount: ['dashboard-api', 'operator'],
  listPaymentEvents: ['operator'],
  retryPaymentEvent: ['operator'],
};

const providerService: Callers<typeof ProviderServiceService> = {
  complete: ['gateway'],
  exchange: ['gateway'],
};

/** Who may call a method, by its path, `/package.Service/Method`. A new one without a row here does not compile. */
export const grpcCallers: ReadonlyMap<string, readonly GrpcCaller[]> = new Map([
  ...byPath(AuthServiceService, authService),
  ...byPath(PeopleServiceService, peopleService),
  ...byPath(BillingQueryServiceService, billingQueryService),
  ...byPath(BillingAdminServiceService, billingAdminService),
  ...byPath(BillingDeadLettersServiceService, billingDeadLettersService),
  ...byPath(BillingStatementsServiceService, billingStatementsService),
  ...byPath(BillingPaymentsServiceService, billingPaymentsService),
  ...byPath(ProviderServiceService, providerService),
]);

type Callers<Service> = Record<keyof Service, readonly GrpcCaller[]>;

function byPath<Service extends Record<keyof Service, { path: string }>>(
  service: Service,
  callers: Callers<Service>,
): [string, readonly GrpcCaller[]][] {
  return (Object.keys(service) as (keyof Service)[]).map((method) => [service[method].path, callers[method]]);
}
