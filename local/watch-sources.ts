import { watch } from 'chokidar';

export interface RebuildSetup {
  /** How long nothing has to change before a rebuild begins, in ms: an editor or a checkout writes many files. */
  readonly quietMs: number;
  /** Never runs twice at once. What it throws is reported, and the watch goes on. */
  readonly rebuild: () => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** Rebuilds after changes have come to rest; changes during a rebuild lead to one more. */
export class Rebuilds {
  readonly #setup: RebuildSetup;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #changedMeanwhile = false;

  constructor(setup: RebuildSetup) {
    this.#setup = setup;
  }

  /** Something changed. */
  changed(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#running) this.#changedMeanwhile = true;
      else this.#running = this.#run();
    }, this.#setup.quietMs);
  }

  /** Waits for a rebuild under way; begins none. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#changedMeanwhile = false;
    await this.#running;
  }

  async #run(): Promise<void> {
    do {
      this.#changedMeanwhile = false;
      await this.#setup.rebuild().catch(this.#setup.onError);
    } while (this.#changedMeanwhile);
    this.#running = undefined;
  }
}

export interface SourceWatch {
  /** Waits for a rebuild under way. */
  close(): Promise<void>;
}

/** Rebuilds after changes of these files and folders, whatever a build itself writes into `dist` aside. */
export async function watchSources(paths: readonly string[], setup: RebuildSetup): Promise<SourceWatch> {
  const rebuilds = new Rebuilds(setup);
  const watcher = watch([...paths], { ignoreInitial: true, ignored: (path) => /[/\\](dist|node_modules)$/.test(path) });
  watcher.on('all', () => rebuilds.changed());
  watcher.on('error', setup.onError);
  await new Promise<void>((resolve) => watcher.once('ready', () => resolve()));
  return {
    close: async () => {
      await watcher.close();
      await rebuilds.close();
    },
  };
}
