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

  /** Returns the token scope for this access to the repository with a path. */
  public String scope(String path) {
    return "repository:" + path + ":" + actions;
  }
}
