import { normalisePassword, passwordProblem } from './password-rules.js';

const codeOf = (password: string, email = 'ada.lovelace@example.com') =>
  passwordProblem(password, email)?.code ?? 'taken';

test.each([
  ['taken', 'plain but long enough'],
  ['taken', 'x7#Kq!2mPz'],
  ['taken', 'пароль-длинный'],
  ['taken', '🔑🐘🎷🧀🚲🌋🪁🥁🦉🍋'],
  ['taken', 'a'.repeat(5) + 'lice likes ' + 'z'.repeat(235)],
  ['PASSWORD_TOO_SHORT', ''],
  ['PASSWORD_TOO_SHORT', 'x7#Kq!2mP'],
  ['PASSWORD_TOO_SHORT', '🔑🐘🎷🧀🚲🌋🪁🥁🦉'],
  ['PASSWORD_TOO_LONG', 'correct horse '.repeat(19)],
  ['PASSWORD_IS_ABOUT_YOU', 'ada.lovelace@example.com'],
  ['PASSWORD_IS_ABOUT_YOU', 'ADA.Lovelace@Example.com'],
  ['PASSWORD_IS_ABOUT_YOU', 'ada.lovelace1815'],
  ['PASSWORD_IS_ABOUT_YOU', 'tokenroute'],
  ['PASSWORD_IS_ABOUT_YOU', '!!TokenRoute2026'],
  ['PASSWORD_TOO_COMMON', 'Password123!'],
  ['PASSWORD_TOO_COMMON', '1234567890'],
  ['PASSWORD_TOO_COMMON', 'qwertyuiop'],
  ['PASSWORD_TOO_COMMON', 'aaaaaaaaaaaa'],
  ['PASSWORD_TOO_COMMON', 'abcabcabcabc'],
  ['PASSWORD_TOO_COMMON', 'klmnopqrstuvw'],
  ['PASSWORD_TOO_COMMON', 'correct horse battery staple'],
])('%s: %s', (code, password) => {
  expect(codeOf(password)).toBe(code);
});

test('no composition is asked for', () => {
  expect(codeOf('onlylowercaseletters')).toBe('taken');
});

test('a short local part does not make every password one about the person', () => {
  expect(codeOf('an unrelated phrase', 'an@example.com')).toBe('taken');
});

test('two compositions of the same text are the same password', () => {
  expect(normalisePassword('caf\u00e9 cre\u0301me')).toBe(normalisePassword('cafe\u0301 cr\u00e9me'));
  expect(normalisePassword('ﬁsh')).toBe('fish');
});
