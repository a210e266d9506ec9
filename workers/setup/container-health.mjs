/**
 * The image's HEALTHCHECK: asks /healthz of the portal and of the worker, each on its own port. Exit 0 when at least one
 * runs here and none that answers is unwell.
 */
const PORTS = [process.env.PANTAU_PORT, process.env.PANTAU_WORKER_PORT];
const DEADLINE_MS = 4_000;

const answers = await Promise.allSettled(
  PORTS.filter((port) => port !== undefined && port !== '').map((port) =>
    fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(DEADLINE_MS) }),
  ),
);
const responses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
process.exitCode = responses.length > 0 && responses.every(({ ok }) => ok) ? 0 : 1;
