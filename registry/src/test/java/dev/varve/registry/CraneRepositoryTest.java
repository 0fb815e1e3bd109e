package dev.varve.registry;

import java.io.IOException;

/** Runs the contract against crane's registry, which asks for no login. */
final class CraneRepositoryTest extends RealRepositoryContract {
  @Override
  RealRegistry started() throws IOException {
    return RealRegistry.start(RegistryProgram.CRANE);
  }

  @Override
  boolean vouches() {
    return false;
  }
}
