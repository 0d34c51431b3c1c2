/** A line for the person at the terminal; the result alone goes to the output. */
export const say = (line: string): boolean => process.stderr.write(`${line}\n`);

/** Runs one benchmark with the options of this process; what is wrong is a sentence at the terminal and exit code 1. */
export async function runBench<Options>(
  readOptions: (args: readonly string[]) => Options | 'help',
  usage: string,
  bench: (options: Options) => Promise<void>,
): Promise<void> {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options === 'help') process.stdout.write(usage);
    else await bench(options);
  } catch (error) {
    say(`bench: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
