package dev.varve.registry;

/** What is to be done with a repository, as token scopes name it. */
enum Access {
  PULL("pull"),
  PUSH("pull,push"),
  DELETE("delete");

  private final String actions;

  Access(String actions) {
    this.actions = actions;
  }

  /** The scope for a repository by its path. */
  String scope(String path) {
    return "repository:" + path + ":" + actions;
  }
}
