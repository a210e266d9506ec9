/** Reads a password: from the terminal without showing it, else the first line of what is piped in. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { InvalidArgumentError } from 'commander';

/** @throws InvalidArgumentError when nothing was given or the repetition differs. */
export async function askPassword(label: string): Promise<string> {
  if (process.stdin.isTTY !== true) return await firstLine();
  const password = await askHidden(`${label}: `);
  const again = await askHidden(`${label} (sekali lagi / again): `);
  if (password === again) return password;
  throw new InvalidArgumentError('the two passwords are not the same');
}

async function firstLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  try {
    for await (const line of lines) return line;
  } finally {
    lines.close();
  }
  throw new InvalidArgumentError('no password: type it, or pipe it in as one line');
}

/** readline writes what is typed to its output: one that keeps nothing shows nothing. */
function askHidden(prompt: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  process.stderr.write(prompt);
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      process.stderr.write('\n');
      lines.close();
    };
    lines.once('SIGINT', () => {
      leave();
      reject(new InvalidArgumentError('given up'));
    });
    lines.question('', (answer) => {
      leave();
      resolve(answer);
    });
  });
}
