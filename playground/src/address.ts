// The specs in the address, behind its `#`: resnetgen/playground/address.py describes the two forms.
export type Shared = { open: string } | { tabs: Record<string, string> } | null;

export async function read(fragment: string): Promise<Shared> {
  const found = new URLSearchParams(fragment.replace(/^#/, ""));
  const open = found.get("open");
  const packed = found.get("tabs");
  if (open) return { open };
  if (!packed) return null;
  const bytes = Uint8Array.from(atob(packed.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
  const data: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(await inflated(bytes)));
  const isTabs = typeof data === "object" && data !== null && Object.values(data).every((text) => typeof text === "string");
  if (!isTabs || Array.isArray(data)) throw new Error("the address holds something other than specs");
  return { tabs: data as Record<string, string> };
}

export async function write(tabs: Record<string, string>): Promise<string> {
  const stream = new Blob([JSON.stringify(tabs)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return `#tabs=${btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

// A few bytes can stand for gigabytes. No spec may have more than 1 MiB, and there are at most 50 of them.
const MOST_BYTES = 50 * 2 ** 20;

async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const parts: BlobPart[] = [];
  let size = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.byteLength;
    if (size > MOST_BYTES) throw new Error("the specs in the address are too large");
    parts.push(part.value);
  }
  return new Blob(parts).arrayBuffer();
}
