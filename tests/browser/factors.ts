// Second factors without a phone or a finger: what an authenticator app shows, and a reader of fingerprints.
import { createHmac } from 'node:crypto';
import type { BrowserContext, Page } from '@playwright/test';

/** What an authenticator app shows now (RFC 6238). */
export function code(base32: string, at = Date.now()): string {
  const letters = base32.replace(/\s/g, '');
  let bits = '';
  for (const letter of letters) bits += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0');
  const key = Buffer.from(bits.match(/.{8}/g)!.map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac('sha1', key).update(step).digest();
  const from = mac[mac.length - 1]! & 15;
  return ((mac.readUInt32BE(from) & 0x7fffffff) % 1_000_000).toString().padStart(6, '0');
}

/** A fingerprint reader, and whether there is always a finger on it: with one, an offered passkey is taken at once. */
export async function authenticator(context: BrowserContext, page: Page): Promise<(present: boolean) => Promise<void>> {
  const cdp = await context.newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return async (enabled) => {
    await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled });
  };
}
