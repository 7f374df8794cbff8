// Ten thousand people in one list: only the rows in sight exist, all of them are reached, and a place in it is kept.
import { readFile } from 'node:fs/promises';
import { api, expect, signIn, test } from './lanyard';

const PEOPLE = 10_000;
test.use({ people: PEOPLE, own: 'long' });

test('10,000 people scroll to the last one with few rows in the page, and Back leads to the same place', async ({ page, lanyard }) => {
  await signIn(page, lanyard, `person0@crowd-of-${PEOPLE}.example`);
  const grid = page.getByRole('grid');
  const rows = grid.locator('[role=row][aria-rowindex]');
  await expect(rows.first()).toBeVisible();
  const { counts } = (await api(page, '/users?limit=1')).body;
  const active: number = counts.active;
  expect(active).toBeGreaterThan(PEOPLE / 2);
  await expect(grid).toHaveAttribute('aria-rowcount', `${active}`);

  // Watched at every change of the page from here on: rows that exist at once, frames while it scrolls.
  await grid.evaluate((element) => {
    const seen = { most: 0 };
    (window as any).seen = seen;
    const count = () => (seen.most = Math.max(seen.most, element.querySelectorAll('[aria-rowindex]').length));
    new MutationObserver(count).observe(element, { childList: true, subtree: true });
  });
  for (let screen = 0; screen < 30; screen += 1) await grid.evaluate((element) => element.scrollBy(0, element.clientHeight));
  const at = Number(await rows.first().getAttribute('aria-rowindex'));
  expect(at).toBeGreaterThan(100);
  await expect(rows.first().getByRole('link')).toBeVisible();

  await grid.focus();
  await page.keyboard.press('End');
  const last = grid.locator(`[aria-rowindex="${active}"]`);
  await expect(last.getByRole('link')).toBeVisible({ timeout: 60_000 });
  const [z] = (await api(page, '/users?sort=name_descending&limit=1')).body.rows;
  await expect(last.getByRole('link')).toHaveText(z.name);
  await expect(last).toBeInViewport();

  const most = await page.evaluate(() => (window as any).seen.most as number);
  const inSight = await grid.evaluate((element) => element.clientHeight / (element.querySelector('[aria-rowindex]') as HTMLElement).offsetHeight);
  expect(most).toBeLessThan(inSight + 30);

  const top = await grid.evaluate((element) => element.scrollTop);
  await last.getByRole('link').click();
  await expect(page.getByRole('tab', { name: 'Profile' })).toBeVisible();
  await page.goBack();
  await expect(last.getByRole('link')).toBeVisible({ timeout: 60_000 });
  expect(Math.abs((await grid.evaluate((element) => element.scrollTop)) - top)).toBeLessThan(2);
});

test('a search among 10,000 narrows them at once, and no row of the search before stays', async ({ page, lanyard }) => {
  await signIn(page, lanyard, `person0@crowd-of-${PEOPLE}.example`);
  await page.getByRole('searchbox').fill('person4321@');
  await expect(page.getByText('1 person', { exact: true })).toBeVisible();
  await expect(page.getByRole('grid').locator('[aria-rowindex]')).toHaveCount(1);
});

test('a list of 10,000 is exported with its progress; stopped, it leaves no file; let go on, every row is in it', async ({ page, lanyard }) => {
  test.setTimeout(180_000);
  await page.addInitScript(() => {
    const real = window.fetch;
    const waiting: (() => void)[] = [];
    let allowed = 0;
    (window as any).more = (pieces = 1) => {
      allowed += pieces;
      while (allowed > 0 && waiting.length > 0) (allowed -= 1), waiting.shift()!();
    };
    const turn = () => (allowed > 0 ? void (allowed -= 1) : new Promise<void>((go) => waiting.push(go)));
    window.fetch = async (input, init) => {
      const answer = await real(input, init);
      if (!answer.body || !answer.url.includes('/users/export')) return answer;
      const reader = answer.body.getReader();
      const body = new ReadableStream({
        async pull(to) {
          await turn();
          const { done, value } = await reader.read();
          if (done) to.close();
          else to.enqueue(value);
        },
      });
      return new Response(body, { status: answer.status, headers: answer.headers });
    };
  });
  await signIn(page, lanyard, `person0@crowd-of-${PEOPLE}.example`);
  const { active } = (await api(page, '/users?limit=1')).body.counts;
  const button = page.getByRole('button', { name: 'Export this list' });
  const progress = page.getByRole('progressbar', { name: 'How far the export is' });
  const downloads: string[] = [];
  page.on('download', (file) => downloads.push(file.suggestedFilename()));

  // What the server sends gets to the page piece by piece, as the scenario lets it.
  const more = () => page.evaluate(() => (window as any).more());
  await button.click();
  await page.getByRole('menuitem', { name: /^CSV/ }).click();
  await expect(button).toHaveCount(0);
  const done = async () => Number((await progress.getAttribute('value')) ?? 0);
  const grows = (from: number) => expect(async () => (await more(), expect(await done()).toBeGreaterThan(from))).toPass();
  await grows(0);
  const first = await done();
  await grows(first);
  expect(await done()).toBeLessThan(active);
  await expect(progress).toHaveAttribute('max', `${active}`);
  await expect(page.getByText(new RegExp(`^[\\d,]+ of ${active.toLocaleString('en')}$`))).toBeVisible();
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(page.getByText('The export was stopped; no file was kept.')).toBeVisible();
  await expect(progress).toHaveCount(0);
  await expect(button).toBeVisible();
  expect(downloads).toEqual([]);

  await page.evaluate(() => (window as any).more(Infinity));
  const download = page.waitForEvent('download', { timeout: 120_000 });
  await button.click();
  await page.getByRole('menuitem', { name: /^CSV/ }).click();
  const file = await download;
  await expect(page.getByText(`${file.suggestedFilename()}: ${active.toLocaleString('en')} rows`)).toBeVisible();
  const rows = (await readFile(await file.path(), 'utf8')).trim().split('\r\n');
  expect(rows).toHaveLength(active + 1);
  expect(new Set(rows).size).toBe(active + 1);
});
