package dev.varve.registry.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.fuzz.FuzzTarget;
import dev.varve.core.fuzz.FuzzTargets;
import dev.varve.core.json.JsonObject;
import dev.varve.registry.fuzz.FuzzedResponse;
import java.io.IOException;
import java.util.List;

/** The parsers of challenges, tokens and refusals. */
public final class EndpointTargets implements FuzzTargets {
  @Override
  public List<FuzzTarget> targets() {
    return List.of(
        FuzzTarget.ofText(
            "challenge",
            EndpointTargets::readChallenge,
            "Bearer realm=\"https://a.example/token\",service=\"a\",scope=\"repository:o/n:pull\"",
            "Basic realm=\"a, \\\"b\", Bearer realm=c"),
        FuzzTarget.ofText(
            "token",
            EndpointTargets::readToken,
            "{\"token\":\"abc\",\"expires_in\":300}",
            "{\"access_token\":\"abc\",\"expires_in\":1e99}"),
        FuzzTarget.ofText(
            "refusal",
            EndpointTargets::readRefusal,
            """
            {"errors":[{"code":"DENIED","message":"no","detail":{"a":["b"]}},{"code":"X"}]}""",
            "{\"message\":\"basic bWU6cw==\",\"description\":\"why\"}",
            "<html><b>502</b> Bad gateway</html>"));
  }

  private static void readChallenge(byte[] header) {
    String text = new String(header, UTF_8);
    for (Challenge challenge : Challenge.parse(text)) {
      assertThat(challenge.scheme()).isNotEmpty();
    }
    Challenge.best(List.of(text))
        .ifPresent(best -> assertThat(best.isBearer() || best.isBasic()).isTrue());
  }

  private static void readToken(byte[] body) throws IOException {
    JsonObject json = Answers.json(FuzzedResponse.ofBody(200, body), body, "asking", "the token");
    assertThat(Tokens.read(json).header()).startsWith("Bearer ");
  }

  private static void readRefusal(byte[] body) throws IOException {
    Refusal refusal = Refusal.read(FuzzedResponse.ofBody(400, body));
    assertThat(refusal.text().length()).isLessThanOrEqualTo(301);
    assertThat(refusal.exception("doing", status -> "")).hasMessageStartingWith("doing: ");
  }
}
