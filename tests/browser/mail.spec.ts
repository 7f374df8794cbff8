// Mail that could not be delivered, as those see it who manage its people. A mail server beside the server under test says
// what becomes of each mail.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { Lanyard, type Page, api, elsewhere, expect, test } from './lanyard';

/** Speaks enough SMTP (RFC 5321) to take a mail or to refuse its recipient. */
async function mailServer(): Promise<{ url: string; refuses: Set<string>; close: () => void }> {
  const refuses = new Set<string>();
  const server = createServer((socket) => {
    let inData = false;
    socket.on('error', () => undefined);
    socket.write('220 mail.test ESMTP\r\n');
    createInterface({ input: socket }).on('line', (line) => {
      if (inData) {
        if (line === '.') {
          inData = false;
          socket.write('250 2.0.0 taken\r\n');
        }
        return;
      }
      const recipient = line.match(/^RCPT TO:<(.*)>/i)?.[1];
      if (/^QUIT/i.test(line)) socket.end('221 bye\r\n');
      else if (recipient && refuses.has(recipient)) socket.write('550 5.1.1 no such mailbox here\r\n');
      else if (/^DATA/i.test(line)) {
        inData = true;
        socket.write('354 go on\r\n');
      } else socket.write('250 ok\r\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `smtp://127.0.0.1:${port}?tls=none`, refuses, close: () => server.close() };
}

async function invite(page: Page, name: string, email: string): Promise<void> {
  const site = (await api(page, '/me')).body.facts.organisation.sites[0].id;
  const access = { grant: [{ role: 'front_desk', scope: { site: { site, resources: 'all' } } }], primary_site: site };
  const edit = { invite: { user: randomUUID(), profile: { name, login_email: email }, access } };
  const answer = await api(page, '/edits', { edit, confirmations: [], idempotency_key: randomUUID() });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
}

test('D6: mail that could not be delivered is shown with the reason and sent again, one by one or all', async ({ browser, database }) => {
  const mail = await mailServer();
  for (const name of ['one', 'two', 'three']) mail.refuses.add(`${name}@riverside.example`);
  const lanyard = await Lanyard.start(database, '--smtp-url', mail.url);
  try {
    const page = await elsewhere(browser, lanyard, 'admin@riverside.example');
    // The demonstration's own mail has gone out meanwhile, or is on its way.
    for (const [name, called] of [['one', 'Una Prima'], ['two', 'Dos Segunda'], ['three', 'Tre Terza']] as const)
      await invite(page, called, `${name}@riverside.example`);
    await expect
      .poll(async () => (await api(page, '/mail')).body.mails.filter((one: any) => one.delivery.failed).length, { timeout: 20_000 })
      .toBe(3);

    await page.getByRole('button', { name: /^Account of/ }).click();
    await page.getByRole('menuitem', { name: 'Mail', exact: true }).click();
    await expect(page.getByRole('heading', { name: 'Mail', exact: true })).toBeVisible();
    const lines = page.getByRole('main').getByRole('listitem');
    const una = lines.filter({ hasText: 'Una Prima' });
    await expect(una).toContainText('Given up');
    await expect(una).toContainText('There is no such mailbox. Check the address with the person, and correct it.');
    await expect(una).toContainText('no such mailbox here');

    // Sent again while nothing has changed, it comes back.
    const givenUp = async (): Promise<number[]> =>
      (await api(page, '/mail')).body.mails.flatMap((one: any) => one.delivery.failed?.at ?? []).sort((a: number, b: number) => a - b);
    const before = (await givenUp()).at(-1)!;
    await una.getByRole('button', { name: 'Send again to Una Prima' }).click();
    await expect(page.getByText('The mail is tried again now')).toBeVisible();
    // Its attempts are counted anew.
    await expect.poll(async () => (await givenUp()).at(-1), { timeout: 20_000 }).toBeGreaterThan(before);
    expect((await api(page, '/mail')).body.mails.map((one: any) => one.attempts)).toEqual([1, 1, 1]);
    await page.reload();
    await expect(una).toContainText('Given up');

    mail.refuses.clear();
    await page.getByRole('button', { name: 'Send all 3 again' }).click();
    await expect(page.getByText('3 mails are tried again now')).toBeVisible();
    await expect.poll(async () => (await api(page, '/mail')).body.mails.length, { timeout: 20_000 }).toBe(0);
    await page.reload();
    await expect(page.getByText('All mail has been delivered')).toBeVisible();
    await page.getByRole('tab', { name: 'Delivered', exact: true }).click();
    await expect(una).toContainText('taken by the mail server');
    await expect(una.getByRole('button')).toHaveCount(0);
    await una.getByRole('link', { name: 'Una Prima' }).click();
    await expect(page.getByRole('heading', { name: 'Una Prima' })).toBeVisible();

    // What cannot be read says so, and is tried again.
    await page.route('**/api/v1/mail*', (route) => route.fulfill({ status: 503, body: '{}' }));
    await page.goto('/mail');
    await expect(page.getByRole('alert')).toBeVisible({ timeout: 20_000 });
    await page.unroute('**/api/v1/mail*');
    await page.getByRole('alert').getByRole('button', { name: 'Try again' }).click();
    await expect(page.getByText('All mail has been delivered')).toBeVisible();

    const desk = await elsewhere(browser, lanyard, 'ana.garcia@riverside.example');
    expect((await api(desk, '/mail')).status).toBe(403);
  } finally {
    await lanyard.stop();
    mail.close();
  }
});

test('D6: what became of mail while nobody looked is there when one looks again', async ({ browser, database }) => {
  const mail = await mailServer();
  mail.refuses.add('gap@riverside.example');
  const lanyard = await Lanyard.start(database, '--smtp-url', mail.url);
  try {
    const page = await elsewhere(browser, lanyard, 'admin@riverside.example');
    const other = await elsewhere(browser, lanyard, 'admin@riverside.example');
    const live = page.waitForResponse((answer) => answer.url().endsWith('/api/v1/live'));
    await page.goto('/mail');
    await expect(page.getByRole('heading', { name: 'Mail', exact: true })).toBeVisible();
    await live;
    // Another window in front of it.
    const turn = (hidden: boolean) =>
      page.evaluate((hidden) => {
        Object.defineProperty(document, 'hidden', { configurable: true, value: hidden });
        document.dispatchEvent(new Event('visibilitychange'));
      }, hidden);
    const ended = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/api/v1/live'));
    await turn(true);
    await ended;
    await invite(other, 'Gap Quarta', 'gap@riverside.example');
    await expect.poll(async () => (await api(other, '/mail')).body.mails.length, { timeout: 20_000 }).toBe(1);
    await turn(false);
    await expect(page.getByRole('main').getByRole('listitem').filter({ hasText: 'Gap Quarta' })).toContainText('Given up');
  } finally {
    await lanyard.stop();
    mail.close();
  }
});
