package dev.varve.runner;

/** The version of the running Varve. */
public final class VarveVersion {
  private VarveVersion() {}

  /**
   * Returns the version, such as {@code 0.1.0}; {@code development} if Varve does not run from its
   * jar.
   */
  public static String get() {
    String version = VarveVersion.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
