package dev.varve.cli.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.fuzz.FuzzTarget;
import dev.varve.core.fuzz.FuzzTargets;
import java.util.List;

/** The search for secrets in arguments and messages. */
public final class TerminalTargets implements FuzzTargets {
  @Override
  public List<FuzzTarget> targets() {
    return List.of(
        FuzzTarget.ofText(
            "secrets",
            TerminalTargets::read,
            "docker://user:password@ghcr.io/owner/os",
            "--key=-----BEGIN EC PRIVATE KEY-----\nabcdefgh\n-----END EC PRIVATE KEY-----",
            "https://a.example/b?X-Signature=c"));
  }

  private static void read(byte[] argument) {
    String text = new String(argument, UTF_8);
    String cut = Secrets.in("--creds", text).cut("doing: " + text);
    Secrets.login(text).ifPresent(login -> assertThat(cut).doesNotContain(login));
  }
}
