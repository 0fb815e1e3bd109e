package dev.varve.registry.credentials;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.fuzz.FuzzTarget;
import dev.varve.core.fuzz.FuzzTargets;
import dev.varve.core.fuzz.TemporaryFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The parsers of auth files and of what credential helpers answer. */
public final class CredentialTargets implements FuzzTargets {
  private static final AuthKey KEY = new AuthKey("ghcr.io", "owner/os");

  @Override
  public List<FuzzTarget> targets() {
    return List.of(
        FuzzTarget.ofText(
            "auth-file",
            CredentialTargets::readFile,
            """
            {"auths":{"ghcr.io":{"auth":"dXNlcjpwYXNz"},"https://index.docker.io/v1/":{},
            "ghcr.io/owner":{"identitytoken":"t"}},"credHelpers":{"a.example":"x"},
            "credsStore":"y"}""",
            "{\"auths\":{\"ghcr.io/owner/os\":{\"username\":\"u\",\"password\":\"p\"}}}",
            " "),
        FuzzTarget.ofText(
            "auth-key", CredentialTargets::readKey, "https://index.docker.io/v1/", "GHCR.io/a/b/"),
        FuzzTarget.ofText(
            "credential-helper",
            CredentialTargets::readAnswer,
            "{\"ServerURL\":\"ghcr.io\",\"Username\":\"u\",\"Secret\":\"s\"}",
            "{\"Username\":\"<token>\",\"Secret\":\"s\"}"));
  }

  private static void readFile(byte[] content) throws IOException {
    TemporaryFiles.in(
        directory -> {
          Path file = Files.write(directory.resolve("auth.json"), content);
          AuthDocument document = AuthDocument.read(file);
          document.find(KEY);
          document.helper("ghcr.io");
          document.helper(AuthKey.DOCKER_HUB);
          new AuthFile(file, Map.of()).keys();
          AuthDocument with = document.with(KEY, "name", "secret:word");
          if (document.helper("ghcr.io").isEmpty()) {
            Login login = with.find(KEY).orElseThrow();
            assertThat(login.username()).isEqualTo("name");
            assertThat(login.secret()).isEqualTo("secret:word");
          }
          assertThat(with.without(KEY).keys()).doesNotContain(KEY.toString());
        });
  }

  private static void readKey(byte[] text) {
    AuthKey key = AuthKey.parse(new String(text, UTF_8));
    assertThat(key.withParents()).contains(new AuthKey(key.host(), ""));
  }

  private static void readAnswer(byte[] answer) {
    var helper = new AuthDocument.HelperName("x", "ghcr.io", "credsStore");
    new CredentialProgram(helper, Path.of("auth.json"), Map.of())
        .login(new String(answer, UTF_8))
        .ifPresent(login -> assertThat(login.secret()).isNotNull());
  }
}
