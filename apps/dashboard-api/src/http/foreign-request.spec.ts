import { isForeignRequest } from './foreign-request.js';

const publicUrl = 'https://console.example.com';
const own = { method: 'POST', origin: publicUrl, secFetchSite: 'same-origin', pageHeader: '1' };

test('a request of our own page is not foreign', () => {
  expect(isForeignRequest(own, publicUrl)).toBe(false);
});

test.each([
  ['another origin', { ...own, origin: 'https://evil.example' }],
  ['an origin that is nobody', { ...own, origin: 'null' }],
  ['our address without its scheme', { ...own, origin: 'http://console.example.com' }],
  ['a sibling domain', { ...own, origin: undefined, secFetchSite: 'same-site' }],
  ['another site', { ...own, origin: undefined, secFetchSite: 'cross-site' }],
  ['a form, which adds no header', { ...own, pageHeader: undefined }],
])('a change is refused that comes from %s', (_where, request) => {
  expect(isForeignRequest(request, publicUrl)).toBe(true);
});

test('reading is answered wherever the link was', () => {
  expect(isForeignRequest({ method: 'GET', secFetchSite: 'cross-site' }, publicUrl)).toBe(false);
});
