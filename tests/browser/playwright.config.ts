// Scenarios in Chromium against the real server. `cargo xtask test browser` runs them.
import { defineConfig } from '@playwright/test';
import { type Own } from './lanyard';

/** Behaviours of accounts, mail, sign-in and sessions, in the titles of the scenarios that show them: on both databases. */
const ON_BOTH = /\b(D6|D9|M5|M6|M10|M14|M15|O4|O6|T2|T7|T14|X7|X8)\b/;

export default defineConfig<object, Own>({
  testDir: '.',
  testMatch: '*.spec.ts',
  fullyParallel: false,
  workers: 1,
  // A scenario that holds only at its second try is named as flaky in the report, to be mended.
  retries: 1,
  forbidOnly: !!process.env.CI,
  reporter: 'list',
  timeout: 90_000,
  expect: { timeout: 10_000 },
  projects: [
    { name: 'sqlite' },
    // Where no server is named, there are those on SQLite alone; `cargo xtask test browser` always names one.
    ...(process.env.LANYARD_TEST_POSTGRES ? [{ name: 'postgresql', grep: ON_BOTH, use: { database: 'postgresql' as const } }] : []),
  ],
  use: {
    viewport: { width: 1280, height: 860 },
    locale: 'en-US',
    // What the app keeps for times without a network is for the tablet's scenarios alone.
    serviceWorkers: 'block',
    reducedMotion: 'reduce',
    actionTimeout: 15_000,
    navigationTimeout: 30_000,
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
