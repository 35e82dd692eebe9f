export interface MailText {
  subject: string;
  text: string;
}

// Plain text alone: nothing in it can be hidden behind a link's label. Names are the writers' own and may try to be more.

export function verificationMail(url: string): MailText {
  return {
    subject: 'Confirm your e-mail address',
    text: paragraphs(
      'Open this link to confirm your e-mail address. It is good for one hour.',
      url,
      'If you did not sign up, ignore this message: nothing happens without the link.',
    ),
  };
}

/** To somebody who signed up with the address of an account that there is: the page must not tell, the owner may know. */
export function alreadySignedUpMail(publicUrl: string): MailText {
  return {
    subject: 'You have an account already',
    text: paragraphs(
      'Somebody tried to sign up with your e-mail address. You have an account already: sign in, or ask for a new password, at',
      publicUrl,
      'If it was not you, there is nothing to do.',
    ),
  };
}

export function resetMail(url: string): MailText {
  return {
    subject: 'Set a new password',
    text: paragraphs(
      'Open this link to set a new password. It is good for 30 minutes, and once.',
      url,
      'If you did not ask for it, ignore this message: your password stays as it is.',
    ),
  };
}

export function passwordChangedMail(publicUrl: string): MailText {
  return {
    subject: 'Your password was changed',
    text: paragraphs(
      'Your password was changed just now, and you were signed out everywhere else.',
      `If it was not you, ask for a new password at once: ${publicUrl}`,
    ),
  };
}

export function invitationMail(organisation: string, role: string, url: string): MailText {
  return {
    subject: 'You are invited to an organisation',
    text: paragraphs(
      `You are invited to join the organisation “${plain(organisation)}” as ${role}. The link is good for 48 hours.`,
      url,
      'If you do not know the organisation, ignore this message.',
    ),
  };
}

export function lowBalanceMail(
  organisation: string,
  amountsUsd: { balance: string; threshold: string },
  billingUrl: string,
): MailText {
  const { balance, threshold } = amountsUsd;
  return {
    subject: 'Your balance is low',
    text: paragraphs(
      `The balance of “${plain(organisation)}” fell below ${threshold} USD: it was ${balance} USD. When it is used up, requests are refused.`,
      'Top up, or change when you are told, at',
      billingUrl,
      'You are told once, and again only after the balance was above it.',
    ),
  };
}

/** A name without what could make a link, a line or a heading of it. */
function plain(name: string): string {
  return name
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .replace(/[:/.@<>]+/g, ' ')
    .trim()
    .slice(0, 60);
}

function paragraphs(...parts: string[]): string {
  return `${parts.join('\n\n')}\n`;
}
