package dev.varve.cli.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TlsExpectationTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "copy oci:os docker://ghcr.io/owner/os:40",
        "rechunk oci:os oci:out --prev=docker://ghcr.io/owner/os",
        "copy docker://localhost/os docker://ghcr.io:443/os",
        "copy --cert-dir certs oci:os docker://127.0.0.1:5000/os",
        "copy --tls-verify=false oci:os docker://[::1]:5000/os",
        "copy oci:os docker://localhost.example/os",
        "inspect docker://"
      })
  void registriesElsewhereAreReachedOverTls(String line) {
    assertThat(TlsExpectation.of(line.split(" "))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--version",
        "copy oci:os oci:other",
        "copy --plain-http oci:os docker://registry.example/os",
        "copy oci:os docker://localhost:5000/os",
        "copy oci:os docker://127.0.0.1/os",
        "copy docker://[::1]:5000/os docker://LOCALHOST/os:40",
        "copy --cert-dir certs oci:os oci:other"
      })
  void filesAndRegistriesOnThisMachineAreNot(String line) {
    assertThat(TlsExpectation.of(line.split(" "))).isFalse();
  }

  @Test
  void noArgumentsNameNoRegistry() {
    assertThat(TlsExpectation.of()).isFalse();
  }
}
