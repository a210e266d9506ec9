/** The part of m3u8-parser 7.2 that `hls-playlist.ts` uses; the package carries no types. */
declare module 'm3u8-parser' {
  export interface M3u8ByteRange {
    readonly length: number;
    readonly offset: number;
  }
  export interface M3u8Segment {
    readonly uri?: string;
    readonly duration?: number;
    readonly discontinuity?: boolean;
    /** Milliseconds since 1970; carried on from the last tag by the durations. */
    readonly programDateTime?: number;
    readonly byterange?: M3u8ByteRange;
    readonly map?: { readonly uri?: string; readonly byterange?: M3u8ByteRange };
    readonly key?: { readonly method?: string; readonly uri?: string; readonly iv?: Uint32Array };
    readonly custom?: { readonly gap?: unknown };
  }
  export interface M3u8Playlist {
    readonly uri?: string;
    readonly attributes?: {
      readonly RESOLUTION?: { readonly width: number; readonly height: number };
      readonly BANDWIDTH?: number;
      readonly CODECS?: string;
    };
  }
  export interface M3u8Manifest {
    readonly segments?: readonly M3u8Segment[];
    readonly playlists?: readonly M3u8Playlist[];
    readonly mediaSequence?: number;
    readonly targetDuration?: number;
    readonly endList?: boolean;
    readonly contentProtection?: unknown;
  }
  export class Parser {
    readonly manifest: M3u8Manifest;
    push(text: string): void;
    end(): void;
    addParser(options: { expression: RegExp; customType: string; segment?: boolean }): void;
  }
}
