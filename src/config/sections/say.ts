/** The keys and positions that lead to a value of the configuration. */
export type Path = readonly (string | number)[];

/** Says that the value at `path` is not what it could be. `allowed`: what could stand there; `advice`: a whole sentence. */
export type Say = (path: Path, allowed: string, advice?: string) => void;
