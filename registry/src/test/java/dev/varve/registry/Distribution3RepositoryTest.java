package dev.varve.registry;

import java.io.IOException;

/** Runs the contract against distribution 3, which asks for a login. */
final class Distribution3RepositoryTest extends RealRepositoryContract {
  @Override
  RealRegistry started() throws IOException {
    return RealRegistry.startWithLogin(RegistryProgram.DISTRIBUTION_3);
  }

  @Override
  boolean vouches() {
    return true;
  }
}
