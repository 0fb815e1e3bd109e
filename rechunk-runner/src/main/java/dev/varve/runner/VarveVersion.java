package dev.varve.runner;

/** The version of Varve that runs. */
public final class VarveVersion {
  private VarveVersion() {}

  /** The version, such as {@code 0.1.0}; {@code development} when it is not run from its jar. */
  public static String get() {
    String version = VarveVersion.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
