import {
  type ChannelCredentials,
  type Client,
  type ClientOptions,
  type ClientReadableStream,
  credentials,
  Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import {
  AuthServiceClient,
  BillingAdminServiceClient,
  BillingPaymentsServiceClient,
  BillingDeadLettersServiceClient,
  BillingQueryServiceClient,
  BillingStatementsServiceClient,
} from '@tokenroute/contracts';
import { CommandFailure, type ExitCode, exitCodes } from './command-failure.js';
import type { Addresses } from './config.js';

/** How long a call may take; the proof of the ledger and the reports read many rows. */
export const callTimeoutMs = 10_000;
export const verifyTimeoutMs = 300_000;
export const reportTimeoutMs = 600_000;

type UnaryMethod<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: { deadline: number },
  callback: (error: ServiceError | null, response: Response) => void,
) => unknown;

/** The services a command talks to, each connected when it is first needed. */
export class Services {
  private readonly open = new Map<unknown, Client>();

  constructor(private readonly addresses: Addresses) {}

  get auth(): AuthServiceClient {
    return this.connected('auth', AuthServiceClient);
  }

  get billing(): BillingQueryServiceClient {
    return this.connected('billing', BillingQueryServiceClient);
  }

  get billingAdmin(): BillingAdminServiceClient {
    return this.connected('billing', BillingAdminServiceClient);
  }

  get billingDeadLetters(): BillingDeadLettersServiceClient {
    return this.connected('billing', BillingDeadLettersServiceClient);
  }

  get billingStatements(): BillingStatementsServiceClient {
    return this.connected('billing', BillingStatementsServiceClient);
  }

  get billingPayments(): BillingPaymentsServiceClient {
    return this.connected('billing', BillingPaymentsServiceClient);
  }

  close(): void {
    for (const client of this.open.values()) client.close();
    this.open.clear();
  }

  private connected<ServiceClient extends Client>(
    service: 'auth' | 'billing',
    Constructor: new (
      address: string,
      channelCredentials: ChannelCredentials,
      options: ClientOptions,
    ) => ServiceClient,
  ): ServiceClient {
    const address = this.addresses[service];
    if (!address) throw notConfigured(service);
    const client = this.open.get(Constructor) ?? new Constructor(address, ...this.channel(service));
    this.open.set(Constructor, client);
    return client as ServiceClient;
  }

  /** A service is known by the name in its certificate, also behind a forwarded port. */
  private channel(service: string): [ChannelCredentials, ClientOptions] {
    const { tls } = this.addresses;
    if (!tls) return [credentials.createInsecure(), {}];
    return [
      credentials.createSsl(tls.authority, tls.key, tls.certificate),
      { 'grpc.ssl_target_name_override': service },
    ];
  }
}

/**
 * One call as a promise. `method` must be bound to its client.
 * @throws CommandFailure with the exit code for the status the service answered.
 */
export function call<Request, Response>(
  method: UnaryMethod<Request, Response>,
  request: Request,
  timeoutMs = callTimeoutMs,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    method(request, new Metadata(), { deadline: Date.now() + timeoutMs }, (error, response) => {
      if (error) reject(new CommandFailure(exitCodeFor(error.code), describe(error), { cause: error }));
      else resolve(response);
    });
  });
}

/**
 * What a call streams, taken as fast as it is read. `method` must be bound to its client.
 * @throws CommandFailure with the exit code for the status the service answered.
 */
export async function* received<Request, Response>(
  method: (
    request: Request,
    metadata: Metadata,
    options: { deadline: number },
  ) => ClientReadableStream<Response>,
  request: Request,
  timeoutMs: number,
): AsyncGenerator<Response, void, undefined> {
  const stream = method(request, new Metadata(), { deadline: Date.now() + timeoutMs });
  try {
    for await (const message of stream) yield message as Response;
  } catch (error) {
    const { code } = error as ServiceError;
    if (typeof code !== 'number') throw error;
    throw new CommandFailure(exitCodeFor(code), describe(error as ServiceError), { cause: error });
  } finally {
    stream.cancel();
  }
}

function exitCodeFor(code: status): ExitCode {
  switch (code) {
    case status.UNAVAILABLE:
    case status.DEADLINE_EXCEEDED:
      return exitCodes.unreachable;
    case status.NOT_FOUND:
      return exitCodes.notFound;
    case status.INVALID_ARGUMENT:
    case status.ALREADY_EXISTS:
    case status.FAILED_PRECONDITION:
    case status.OUT_OF_RANGE:
    case status.UNAUTHENTICATED:
      return exitCodes.refused;
    default:
      return exitCodes.serviceFailed;
  }
}

function describe(error: ServiceError): string {
  switch (exitCodeFor(error.code)) {
    case exitCodes.unreachable:
      return `the service does not answer (${/connect \w+ \S+/.exec(error.details)?.[0] ?? error.details}). Is it running? \`npm start\` starts everything.`;
    case exitCodes.serviceFailed:
      return `the service failed: ${error.details || status[error.code]}`;
    default:
      return error.details || (status[error.code] ?? 'refused');
  }
}

function notConfigured(name: string): CommandFailure {
  const variable = name === 'auth' ? 'AUTH_ADDRESS' : 'BILLING_ADDRESS';
  return new CommandFailure(
    exitCodes.unreachable,
    `where is the service? Set ${variable} (host:port), or run \`npm start\`, which writes it to .tokenroute/dev.env.`,
  );
}
