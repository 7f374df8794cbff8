// Where the server under test keeps its data: a file, or a database of its own in the private PostgreSQL that
// `cargo xtask test browser` starts.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Kind = 'sqlite' | 'postgresql';

export interface Database {
  url: string;
  /** What a server needs to be told besides. */
  settings: Record<string, string>;
  /** After the server has ended. */
  drop(): Promise<void>;
}

export async function create(kind: Kind): Promise<Database> {
  if (kind === 'sqlite') {
    const folder = await mkdtemp(join(tmpdir(), 'lanyard-browser-'));
    return { url: `sqlite://${join(folder, 'lanyard.db')}`, settings: {}, drop: () => rm(folder, { recursive: true, force: true }) };
  }
  const server = process.env.LANYARD_TEST_POSTGRES;
  if (!server) throw new Error('LANYARD_TEST_POSTGRES must name a PostgreSQL server; `cargo xtask test browser` starts one');
  const name = `browser_${randomUUID().replaceAll('-', '')}`;
  await run(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    // Beside a file it makes one by itself.
    settings: { LANYARD_SECRET_KEY: '0f'.repeat(32) },
    drop: () => run(server, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

/**
 * Runs one statement, in as much of PostgreSQL's protocol (version 3.0) as that takes: neither `psql` nor a package of npm
 * has to be there. The private server trusts whoever is on this machine.
 */
async function run(server: string, sql: string): Promise<void> {
  const { hostname, port, username, pathname } = new URL(server);
  const socket = connect(Number(port || 5432), hostname);
  const send = (kind: string, body: Buffer): void => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(body.length + 4);
    socket.write(Buffer.concat([Buffer.from(kind), length, body]));
  };
  const version = Buffer.from([0, 3, 0, 0]);
  send('', Buffer.concat([version, Buffer.from(`user\0${username}\0database\0${pathname.slice(1)}\0\0`)]));
  try {
    await new Promise<void>((resolve, reject) => {
      let unread = Buffer.alloc(0);
      let asked = false;
      socket.setTimeout(60_000, () => reject(new Error(`PostgreSQL does not answer: ${sql}`)));
      socket.once('error', reject);
      socket.once('close', () => reject(new Error(`PostgreSQL hung up: ${sql}`)));
      socket.on('data', (more) => {
        unread = Buffer.concat([unread, more]);
        // Each message: its kind, the length of what follows, which counts itself, and that.
        while (unread.length >= 5 && unread.length > unread.readInt32BE(1)) {
          const kind = String.fromCharCode(unread[0]!);
          const end = 1 + unread.readInt32BE(1);
          const body = unread.subarray(5, end);
          unread = unread.subarray(end);
          if (kind === 'E') return reject(new Error(`PostgreSQL: ${body.toString().replaceAll('\0', ' ')}(${sql})`));
          if (kind !== 'Z') continue;
          // Ready: for the statement, and then with it.
          if (asked) return resolve();
          asked = true;
          send('Q', Buffer.from(`${sql}\0`));
        }
      });
    });
  } finally {
    socket.removeAllListeners('close');
    socket.destroy();
  }
}
