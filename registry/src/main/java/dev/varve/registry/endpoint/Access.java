package dev.varve.registry.endpoint;

/** The access that a request needs to a repository, as token scopes name it. */
public enum Access {
  /** Reading. */
  PULL("pull"),
  /** Reading and writing. */
  PUSH("pull,push"),
  /** Deleting. */
  DELETE("delete");

  private final String actions;

  Access(String actions) {
    this.actions = actions;
  }

  /** Returns the scope of a token for a repository by its path. */
  public String scope(String path) {
    return "repository:" + path + ":" + actions;
  }
}
