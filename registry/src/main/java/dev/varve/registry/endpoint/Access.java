package dev.varve.registry.endpoint;

/** What a request does to a repository, as token scopes name it. */
public enum Access {
  /** Reads. */
  PULL("pull"),
  /** Reads and writes. */
  PUSH("pull,push"),
  /** Deletes. */
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
