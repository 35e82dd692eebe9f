import type {
  Account,
  ListDeadLettersResponse,
  Organisation,
  ReportHouseLossResponse,
} from '@tokenroute/contracts';
import { toAccountAnswer } from '../account/to-account-answer.js';
import type {
  AccountsAnswer,
  AdministeredAccountAnswer,
  DeadLettersAnswer,
  HouseLossAnswer,
} from './administration-contract.js';

export function toAdministeredAccount(account: Account): AdministeredAccountAnswer {
  return {
    ...toAccountAnswer(account),
    email: account.email,
    createdAt: account.createdAt!.toISOString(),
  };
}

export function toAccountsAnswer(
  accounts: Account[],
  organisations: Organisation[],
  nextPageToken: string,
): AccountsAnswer {
  const byId = new Map(organisations.map((organisation) => [organisation.id, organisation]));
  return {
    accounts: accounts.map((account) => {
      const { name, members } = byId.get(account.id) ?? {};
      const organisation = name === undefined ? null : { name, members: members ?? 0 };
      return { ...toAdministeredAccount(account), organisation };
    }),
    nextPageToken: nextPageToken || null,
  };
}

export function toHouseLoss(report: ReportHouseLossResponse): HouseLossAnswer {
  return {
    totals: report.totals.map(({ reason, transactions, amountNanoUsd }) => ({
      reason,
      transactions: transactions.toString(),
      amountNanoUsd: amountNanoUsd.toString(),
    })),
    expiredHolds: report.expiredHolds.toString(),
    expiredHoldsNanoUsd: report.expiredHoldsNanoUsd.toString(),
  };
}

export function toDeadLetters({ letters, uncharged }: ListDeadLettersResponse): DeadLettersAnswer {
  return {
    letters: letters.map(({ id, receivedAt, reason, attempts, outcome, settlements }) => ({
      id: id.toString(),
      receivedAt: receivedAt!.toISOString(),
      reason,
      attempts,
      outcome,
      holdIds: settlements.map(({ holdId }) => holdId),
    })),
    uncharged,
  };
}
