package dev.varve.registry.credentials;

/**
 * A user's name and secret for a registry. It prints without the secret.
 *
 * @param username the name; empty where {@code secret} is an identity token
 * @param secret a password, an access token, or an identity token to be exchanged
 * @param origin where it was found, for messages: a file and the key in it, a helper, an option
 */
public record Login(String username, String secret, String origin) {
  /** Whether the secret is an OAuth2 refresh token, which stands for user and password. */
  public boolean isIdentityToken() {
    return username.isEmpty();
  }

  @Override
  public String toString() {
    return (isIdentityToken() ? "an identity token" : "user " + username) + " from " + origin;
  }
}
