import { describe, expect, it } from 'vitest';
import type { FleetMember } from '../../../pipelines/adapters/detect/child-fleet.ts';
import type { SessionRequest } from '../../../pipelines/adapters/detect/ort-session.ts';
import { createSessionRegistry } from '../../../pipelines/adapters/detect/session-registry.ts';

/** Two children that note what they are told. */
function registry() {
  const told: string[] = [];
  const member = (name: string): FleetMember => {
    const child = {
      load: (id: number) => Promise.resolve(void told.push(`${name} loads ${id}`)),
      unload: (id: number) => Promise.resolve(void told.push(`${name} unloads ${id}`)),
    };
    return { child, loaded: new Set(), underWay: 0 } as unknown as FleetMember;
  };
  const members = [member('a'), member('b')];
  const sessions = createSessionRegistry(
    { members, anyMember: () => Promise.resolve(members[0]!) },
    () => undefined,
  );
  return { sessions, members, told, member };
}

const request = (widthPx: number) =>
  ({ card: { id: 'm' }, modelPath: 'm.onnx', widthPx, heightPx: 384 }) as SessionRequest;

describe('sessions', () => {
  it('of one model and size are loaded, and so optimised, once in each child, however many cameras come and go', async () => {
    const { sessions, told } = registry();
    const [first, second] = await Promise.all([sessions.join(request(512)), sessions.join(request(512))]);
    const third = await sessions.join(request(512));
    await sessions.leave(first);
    await sessions.leave(second);
    expect(told).toEqual(['a loads 1', 'b loads 1']);
    await sessions.leave(third);
    expect(told.slice(2)).toEqual(['a unloads 1', 'b unloads 1']);
  });

  it('of another size are their own, and a new child gets both', async () => {
    const { sessions, told, members, member } = registry();
    await sessions.join(request(512));
    await sessions.join(request(640));
    const late = member('c');
    members.push(late);
    await sessions.loadMissing(late);
    expect(told.filter((line) => line.startsWith('a'))).toEqual(['a loads 1', 'a loads 2']);
    expect(told.filter((line) => line.startsWith('c'))).toEqual(['c loads 1', 'c loads 2']);
  });
});
