package dev.varve.registry.credentials;

/**
 * A user name and a secret for a registry. {@link #toString} omits the secret.
 *
 * @param username the user name; empty if {@code secret} is an identity token
 * @param secret a password, an access token, or an identity token
 * @param origin where the login was found, for messages: a file and the key in it, a helper, or an
 *     option
 */
public record Login(String username, String secret, String origin) {
  /** Whether the secret is an OAuth2 refresh token, which replaces user name and password. */
  public boolean isIdentityToken() {
    return username.isEmpty();
  }

  @Override
  public String toString() {
    return (isIdentityToken() ? "an identity token" : "user " + username) + " from " + origin;
  }
}
