package dev.varve.registry;

import java.io.IOException;

/** Runs the contract against distribution 2, which asks for a login. */
final class DistributionRepositoryTest extends RealRepositoryContract {
  @Override
  RealRegistry started() throws IOException {
    return RealRegistry.startWithLogin(RegistryProgram.DISTRIBUTION_2);
  }

  @Override
  boolean vouches() {
    return true;
  }
}
