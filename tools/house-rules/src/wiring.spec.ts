import { configVariables, variablesIn } from './config-variables.js';
import { type DeployedService, notReadYet, wiringProblems } from './wiring.js';

const auth: DeployedService = {
  name: 'auth',
  variables: { required: ['GRPC_PORT', 'NATS_URL'], optional: ['HOST'] },
  environment: { GRPC_PORT: '7101', NATS_URL: 'nats://nats:4222' },
  reachablePorts: [7101],
};
const gateway: DeployedService = {
  name: 'gateway',
  variables: { required: ['AUTH_ADDRESS'], optional: ['ADAPTERS'] },
  environment: { AUTH_ADDRESS: 'auth:7101' },
};

test('services that find each other have no problem', () => {
  expect(wiringProblems([auth, gateway])).toEqual([]);
});

test.each<[string, DeployedService[], string]>([
  ['a missing variable', [{ ...auth, environment: { GRPC_PORT: '7101' } }], 'auth is not given NATS_URL'],
  [
    'a variable nobody reads',
    [{ ...auth, environment: { ...auth.environment, NATS: 'x' } }],
    'auth does not read NATS',
  ],
  ['a service that is not there', [gateway], 'AUTH_ADDRESS of gateway names auth, which is no service'],
  [
    'a wrong port',
    [auth, { ...gateway, environment: { AUTH_ADDRESS: 'auth:7102' } }],
    'AUTH_ADDRESS of gateway names port 7102, auth listens on 7101',
  ],
  [
    'a port that is not open',
    [{ ...auth, reachablePorts: [] }, gateway],
    'AUTH_ADDRESS of gateway names port 7101, at which auth is not reachable',
  ],
  [
    'an adapter that is not there',
    [
      auth,
      { ...gateway, environment: { AUTH_ADDRESS: 'auth:7101', ADAPTERS: 'openai=adapter-openai:7311' } },
    ],
    'ADAPTERS of gateway names adapter-openai, which is no service',
  ],
])('%s is found', (_what, services, problem) => {
  expect(wiringProblems(services)).toEqual([problem]);
});

test('a schema tells which variables may be absent', () => {
  const text = `
    const schema = z.object({ A_URL: z.url(), B_PORT: portVariable.default(1), C_NAME: z.string().optional() });
    schema.pick({ A_URL: true }); const host = environment.D_HOST;`;
  expect(variablesIn([text])).toEqual({ required: ['A_URL'], optional: ['B_PORT', 'C_NAME', 'D_HOST'] });
});

test('a variable on the list of what is not read yet is really not read yet', async () => {
  const { required, optional } = await configVariables('apps/gateway');
  expect(notReadYet.filter((variable) => [...required, ...optional].includes(variable))).toEqual([]);
});
