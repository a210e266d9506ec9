/**
 * The one import of fluent-ffmpeg (archived upstream, kept because the project's stack names it): it puts the parts
 * of a command line in ffmpeg's order, and nothing else. Its runner, its capability checks (four more processes per
 * run) and its ffprobe wrapper are never touched; see `ffmpeg-process.ts`.
 */
import ffmpeg from 'fluent-ffmpeg';
import type { CommandParts } from './ffmpeg-args.ts';

/** The argument array for ffmpeg. */
export function assembleArguments(parts: CommandParts): string[] {
  const command = ffmpeg()
    .input(parts.source)
    .inputOptions(...variadic(parts.inputOptions))
    .output(parts.target)
    .outputOptions(...variadic(parts.outputOptions));
  return command._getArguments().map(String);
}

/** With fewer than two arguments fluent-ffmpeg splits an option at its blank; with two or more it never does. */
function variadic(options: readonly string[]): string[] {
  if (options.length < 2)
    throw new RangeError('fluent-ffmpeg needs at least two options to leave them whole');
  return [...options];
}
