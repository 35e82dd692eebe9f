import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ChannelCredentials,
  Client,
  type ClientOptions,
  credentials,
  Metadata,
  type MethodDefinition,
  Server,
  ServerCredentials,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { TestAuthority, type TestCertificate } from '@tokenroute/testing';
import { callUnary } from './grpc-call.js';
import { grpcChannel } from './grpc-channel.js';
import { grpcServer } from './grpc-server.js';
import { type TlsConfig, tlsFilesOf } from './tls-files.js';

const bytes = { serialize: (value: Buffer) => value, deserialize: (value: Buffer) => value };
const method = (name: string): MethodDefinition<Buffer, Buffer> => ({
  path: `/tests.Numbers/${name}`,
  requestStream: false,
  responseStream: false,
  requestSerialize: bytes.serialize,
  requestDeserialize: bytes.deserialize,
  responseSerialize: bytes.serialize,
  responseDeserialize: bytes.deserialize,
});
const service = { count: method('Count'), admin: method('Admin'), forgotten: method('Forgotten') };
const callers = new Map([
  [service.count.path, ['gateway', 'operator']],
  [service.admin.path, ['operator']],
]);

let folder: string;
let authority: TestAuthority;
let server: Server;
let address: string;
let billing: TestCertificate;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tls-'));
  authority = await TestAuthority.create(folder);
  billing = await authority.issue('billing');
  server = new Server();
  const answer: never = ((_: unknown, done: (error: null, value: Buffer) => void) =>
    done(null, Buffer.from('1'))) as never;
  server.addService(service, { count: answer, admin: answer, forgotten: answer });
  address = await bind(server, billing);
});

afterAll(() => {
  server?.forceShutdown();
  rmSync(folder, { recursive: true, force: true });
});

/** With the credentials that a service of ours gets. */
async function bind(to: Server, config: TlsConfig): Promise<string> {
  const { options } = grpcServer({
    config: { ...config, HOST: '127.0.0.1' },
    port: 0,
    protoPackage: 'tests',
    services: { Numbers: service },
    callers,
  });
  const port = await new Promise<number>((resolve, reject) =>
    to.bindAsync('127.0.0.1:0', options.credentials as ServerCredentials, (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return `127.0.0.1:${port}`;
}

function ask(config: TlsConfig, name: keyof typeof service = 'count', expected = 'billing'): Promise<number> {
  return askOver(grpcChannel(config, expected), name);
}

async function askOver(
  channel: [ChannelCredentials, ClientOptions],
  name: keyof typeof service,
): Promise<number> {
  const client = new Client(address, ...channel);
  const { path } = service[name];
  try {
    await callUnary<Buffer, Buffer>(
      (request, metadata, options, done) =>
        client.makeUnaryRequest(
          path,
          bytes.serialize,
          bytes.deserialize,
          request,
          metadata,
          options,
          (error, value) => done(error, value!),
        ),
      Buffer.alloc(0),
      new Metadata(),
      5_000,
    );
    return status.OK;
  } catch (error) {
    return ((error as Error).cause as ServiceError).code;
  } finally {
    client.close();
  }
}

describe('gRPC between services that have certificates', () => {
  test('a caller makes the calls that are its own, and no others', async () => {
    const gateway = await authority.issue('gateway');
    expect(await ask(gateway)).toBe(status.OK);
    expect(await ask(gateway, 'admin')).toBe(status.UNAUTHENTICATED);
    expect(await ask(await authority.issue('operator'), 'admin')).toBe(status.OK);
  });

  test('a method that nobody was given is refused to all', async () => {
    expect(await ask(await authority.issue('operator'), 'forgotten')).toBe(status.UNAUTHENTICATED);
  });

  test('another name of the same authority is refused', async () => {
    expect(await ask(await authority.issue('adapter-openai'))).toBe(status.UNAUTHENTICATED);
    expect(await ask(await authority.issue('*'))).toBe(status.UNAUTHENTICATED);
  });

  test('without a certificate, or with one of another authority, there is no connection', async () => {
    const stranger = await TestAuthority.create(join(folder, 'stranger'));
    const forged = { ...(await stranger.issue('gateway')), TLS_CA_FILE: billing.TLS_CA_FILE };
    const anonymous = credentials.createSsl(readFileSync(billing.TLS_CA_FILE));
    const named = { 'grpc.ssl_target_name_override': 'billing' };
    expect(await askOver([anonymous, named], 'count')).toBe(status.UNAVAILABLE);
    expect(await ask({})).toBe(status.UNAVAILABLE);
    expect(await ask(forged)).toBe(status.UNAVAILABLE);
  });

  test('a caller does not talk to one who has another name', async () => {
    expect(await ask(await authority.issue('gateway'), 'count', 'auth')).toBe(status.UNAVAILABLE);
  });

  test('a renewed certificate is served without a restart, and one half written is not', async () => {
    const gateway = await authority.issue('gateway');
    const files = tlsFilesOf(billing)!;
    const renewed = await TestAuthority.create(folder);
    writeFileSync(billing.TLS_KEY_FILE, 'half of a k');
    files.refresh();
    expect(await ask(gateway)).toBe(status.OK);

    await renewed.issue('billing');
    files.refresh();
    // Of the old authority: the server knows the new one alone now.
    expect(await ask(gateway)).toBe(status.UNAVAILABLE);
    await renewed.issue('gateway');
    tlsFilesOf(gateway)!.refresh();
    expect(await ask(gateway)).toBe(status.OK);
  });

  test('files that are of no use end the start, with the name of the variable', async () => {
    const auth = await authority.issue('auth');
    const { TLS_KEY_FILE } = await authority.issue('mistaken');
    const start = (change: Partial<TestCertificate>) => () => grpcChannel({ ...auth, ...change }, 'billing');
    expect(start({ TLS_KEY_FILE })).toThrow('TLS_KEY_FILE: is not the key of TLS_CERT_FILE');
    expect(start({ TLS_CA_FILE: TLS_KEY_FILE })).toThrow('TLS_CA_FILE: has no certificate');
    expect(start({ TLS_CERT_FILE: '/nowhere' })).toThrow('TLS_CERT_FILE: names a file that cannot be read');
  });
});
