package dev.varve.registry.http.wire;

import java.security.Principal;
import org.apache.hc.client5.http.auth.AuthChallenge;
import org.apache.hc.client5.http.auth.AuthScheme;
import org.apache.hc.client5.http.auth.CredentialsProvider;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/** The login to a proxy, sent without waiting for a challenge. */
record ProxyLogin(String authorization) implements AuthScheme {
  @Override
  public String getName() {
    return "Basic";
  }

  @Override
  public boolean isConnectionBased() {
    return false;
  }

  @Override
  public void processChallenge(AuthChallenge challenge, HttpContext context) {}

  @Override
  public boolean isChallengeComplete() {
    return true;
  }

  @Override
  public @Nullable String getRealm() {
    return null;
  }

  @Override
  public boolean isResponseReady(
      HttpHost host, CredentialsProvider credentials, HttpContext context) {
    return true;
  }

  @Override
  public @Nullable Principal getPrincipal() {
    return null;
  }

  @Override
  public String generateAuthResponse(HttpHost host, HttpRequest request, HttpContext context) {
    return authorization;
  }

  /** Returns the scheme, without the secret. */
  @Override
  public String toString() {
    return getName();
  }
}
