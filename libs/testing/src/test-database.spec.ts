import pg from 'pg';
import { copyTestDatabase, createTestDatabase, type TestDatabase } from './test-database.js';

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows as unknown[];
  } finally {
    await client.end();
  }
}

const databases: TestDatabase[] = [];
const create = async (...options: Parameters<typeof createTestDatabase>) => {
  const database = await createTestDatabase(...options);
  databases.push(database);
  return database;
};
afterEach(() => Promise.all(databases.splice(0).map((database) => database.drop())));

test('two databases do not see each other, and each is brought up to date', async () => {
  const migrate = (url: string) => query(url, 'create table things ()');
  const [one, other] = await Promise.all([create({ migrate }), create({ migrate })]);
  await query(one.url, 'insert into things default values');
  expect(await query(one.url, 'select from things')).toHaveLength(1);
  expect(await query(other.url, 'select from things')).toHaveLength(0);
});

test('copies of one migration are databases of their own', async () => {
  let migrations = 0;
  const migrate = (url: string) => {
    migrations += 1;
    return query(url, 'create table things ()');
  };
  const copy = () => copyTestDatabase('things', { migrate });
  const [one, other] = await Promise.all([copy(), copy()]);
  databases.push(one, other);
  await query(one.url, 'insert into things default values');
  expect(await query(other.url, 'select from things')).toHaveLength(0);
  expect(migrations).toBe(1);
});

test('the schema is part of the URL', async () => {
  const { url } = await create({ schema: 'billing' });
  expect(new URL(url).searchParams.get('schema')).toBe('billing');
});

test('a dropped database is gone, even while somebody is connected', async () => {
  const database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  const lost = new Promise((resolve) => client.on('error', resolve));
  await client.connect();
  await database.drop();
  await lost;
  await expect(query(database.url, 'select 1')).rejects.toThrow(/does not exist/);
});

test('a failing migration leaves no database behind', async () => {
  let name = '';
  const migrate = (url: string) => {
    name = new URL(url).pathname.slice(1);
    return Promise.reject(new Error('migration is wrong'));
  };
  await expect(createTestDatabase({ migrate })).rejects.toThrow('migration is wrong');
  const { url } = await create();
  expect(await query(url, `select from pg_database where datname = '${name}'`)).toHaveLength(0);
});
