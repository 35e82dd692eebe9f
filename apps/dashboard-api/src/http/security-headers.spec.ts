import { securityHeaders } from './security-headers.js';

test('no page runs a script of its own text, loads from elsewhere or is framed', () => {
  const policy = securityHeaders('https://console.example.com')['content-security-policy'];
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
});

test('a browser that came over https comes over https from then on', () => {
  expect(securityHeaders('https://console.example.com')).toHaveProperty('strict-transport-security');
  expect(securityHeaders('http://127.0.0.1:3000')).not.toHaveProperty('strict-transport-security');
});
