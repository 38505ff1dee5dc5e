import { code } from "./code";
import { difference } from "./difference";
import { picture } from "./picture";
import { sizes } from "./sizes";
import { table } from "./table";
import type { MakeView } from "./view";

export const VIEWS: Record<string, MakeView> = { picture, table, code, difference, sizes };
