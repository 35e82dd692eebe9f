import { invitationMail, resetMail, verificationMail } from './mail-texts.js';

test('a link stands in a line of its own, whole', () => {
  const url = 'https://example.com/reset-password?token=abc';
  for (const { text } of [resetMail(url), verificationMail(url)]) expect(text.split('\n')).toContain(url);
});

test("an organisation's name cannot bring a link or a line of its own into the mail", () => {
  const { text, subject } = invitationMail(
    'Free money\r\nhttps://evil.example/x',
    'member',
    'https://us.example/i/1',
  );
  expect(text).toContain('“Free money https evil example x”');
  expect(text.match(/https:/g)).toHaveLength(1);
  expect(subject).not.toContain('money');
});
