package dev.varve.runner.builtin;

import dev.varve.runner.RechunkEngine;
import dev.varve.runner.RechunkEngineContract;

/** The engine of our own keeps what every engine promises. */
final class BuiltinEngineContractTest extends RechunkEngineContract {
  @Override
  protected RechunkEngine engine() {
    return new BuiltinEngine();
  }
}
