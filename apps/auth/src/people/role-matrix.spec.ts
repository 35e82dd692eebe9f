import { isRole, may, type Permission, permissionsOf, type Role, roleMatrix, roles } from './role-matrix.js';

// Written out a second time on purpose: a permission that changes hands has to be changed in two places.
const expected: [Permission, Record<Role, boolean>][] = [
  ['organisation:update', { owner: true, admin: true, member: false, billing: false }],
  ['members:read', { owner: true, admin: true, member: true, billing: true }],
  ['members:invite', { owner: true, admin: true, member: false, billing: false }],
  ['members:change', { owner: true, admin: true, member: false, billing: false }],
  ['members:remove', { owner: true, admin: true, member: false, billing: false }],
  ['keys:read', { owner: true, admin: true, member: true, billing: false }],
  ['keys:write', { owner: true, admin: true, member: true, billing: false }],
  ['usage:read', { owner: true, admin: true, member: true, billing: true }],
  ['billing:read', { owner: true, admin: true, member: false, billing: true }],
  ['billing:pay', { owner: true, admin: false, member: false, billing: true }],
  ['audit:read', { owner: true, admin: true, member: false, billing: false }],
];

test('every permission is in the table', () => {
  expect(expected.map(([permission]) => permission).sort()).toEqual(Object.keys(roleMatrix).sort());
});

test.each(expected)('%s is for %j', (permission, allowed) => {
  expect(Object.fromEntries(roles.map((role) => [role, may(role, permission)]))).toEqual(allowed);
});

test('an owner may do everything', () => {
  expect(permissionsOf('owner')).toEqual(Object.keys(roleMatrix));
});

test.each(['', 'Owner', 'owner,admin', ['owner'], null, 'superuser', 'constructor'])(
  '%p is no role',
  (text) => {
    expect(isRole(text)).toBe(false);
  },
);
