package dev.varve.runner.builtin;

import dev.varve.runner.RechunkEngine;
import dev.varve.runner.RechunkEngineContract;

/** The contract of every engine, for Varve's own engine. */
final class BuiltinEngineContractTest extends RechunkEngineContract {
  @Override
  protected RechunkEngine engine() {
    return new BuiltinEngine();
  }
}
