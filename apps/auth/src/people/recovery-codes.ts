import { createHmac } from 'node:crypto';

const mark = 'hmac-sha256:';

/**
 * Recovery codes are kept as digests under the service's secret. better-auth knows only how to encrypt and decrypt its list
 * of them; so what it "decrypts" is digests, and what a person types becomes one before it compares.
 */
export class RecoveryCodeDigests {
  constructor(private readonly secret: string) {}

  /** Of a code as a person types it; what looks like a digest already is text like any other. */
  digestOf(code: string): string {
    const typed = code.trim();
    return mark + createHmac('sha256', this.secret).update(`recovery-code:${typed}`).digest('base64url');
  }

  /** @param json the codes; those that were left over from before are digests already */
  toStored(json: string): string {
    const codes = JSON.parse(json) as string[];
    return JSON.stringify(codes.map((code) => (code.startsWith(mark) ? code : this.digestOf(code))));
  }
}
