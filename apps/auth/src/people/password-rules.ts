/**
 * Which passwords are taken, after NIST SP 800-63B, section 5.1.1.2: length instead of composition, any character of Unicode,
 * no hints, no changes by the calendar; refused are the ones everybody tries first.
 */
export const leastCharacters = 10;
export const mostCharacters = 256;

export interface PasswordProblem {
  code: 'PASSWORD_TOO_SHORT' | 'PASSWORD_TOO_LONG' | 'PASSWORD_TOO_COMMON' | 'PASSWORD_IS_ABOUT_YOU';
  message: string;
}

/** The same text typed on two systems may come in two compositions. */
export function normalisePassword(password: string): string {
  return password.normalize('NFKC');
}

/** Null when the password is fine. */
export function passwordProblem(password: string, email: string): PasswordProblem | null {
  const normalised = normalisePassword(password);
  const { length } = [...normalised];
  if (length < leastCharacters) {
    return { code: 'PASSWORD_TOO_SHORT', message: `password: needs at least ${leastCharacters} characters.` };
  }
  if (length > mostCharacters) {
    return { code: 'PASSWORD_TOO_LONG', message: `password: has more than ${mostCharacters} characters.` };
  }
  const folded = normalised.toLowerCase();
  if (isAboutPerson(folded, email.toLowerCase())) {
    return {
      code: 'PASSWORD_IS_ABOUT_YOU',
      message: 'password: must not be your e-mail address or the name of this service.',
    };
  }
  if (isCommon(folded)) {
    return { code: 'PASSWORD_TOO_COMMON', message: 'password: is one of those that are tried first.' };
  }
  return null;
}

const productNames = ['tokenroute', 'token route', 'token-route', 'token_route'];

/** Digits and signs added to a word do not make another one of it. */
const bare = (text: string) => text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');

function isAboutPerson(password: string, email: string): boolean {
  const [localPart = '', domain = ''] = email.split('@');
  const words = [...productNames, email, localPart, domain].filter((word) => word.length >= 4);
  return words.some((word) => password === word || bare(password) === bare(word));
}

// The most frequent ones of published lists that are long enough to be tried here, and the words that most others are
// made of: those count with digits and signs around them too.
const common = new Set(
  `1234567890 0123456789 0987654321 12345678910 1234567891 123456789a 1q2w3e4r5t 1qaz2wsx3edc qwertyuiop qwerty12345 qwerty123456
  1q2w3e4r5t6y q1w2e3r4t5 zaq12wsxcde3 asdfghjkl; qwertyuiop123 qazwsxedcrfv 147258369 1472583690 iloveyou123 password123
  password1234 passw0rd123 p@ssw0rd123 letmein12345 changeme123 football123 baseball123 sunshine123 princess123 michael123
  adminadmin administrator rootroot123 testtest123 welcome1234 trustno1trustno1 correcthorsebatterystaple
  correct horse battery staple abcdefghij abcdefghijk abcd1234567 abc1234567 aa12345678 monkey12345 dragon12345 whatever123`
    .split(/\s+/)
    .concat('correct horse battery staple'),
);
const commonWords = new Set(
  `password passwort passw0rd p@ssword p@ssw0rd motdepasse contrasena qwerty qwertz azerty letmein welcome iloveyou admin
  changeme default secret sunshine princess football baseball monkey dragon master superman batman whatever test testing
  qwertyuiop asdfghjkl zxcvbnm passwordpassword qwertyqwerty`.split(/\s+/),
);

function isCommon(password: string): boolean {
  return common.has(password) || commonWords.has(bare(password)) || isRun(password) || isRepeat(password);
}

/** 1234567890, abcdefghijkl and the like, up or down. */
function isRun(password: string): boolean {
  const points = [...password].map((character) => character.codePointAt(0)!);
  const step = points[1]! - points[0]!;
  return (
    Math.abs(step) <= 1 && points.every((point, index) => index === 0 || point - points[index - 1]! === step)
  );
}

/** One to four characters, over and over. */
function isRepeat(password: string): boolean {
  return /^(.{1,4}?)\1+$/u.test(password);
}
