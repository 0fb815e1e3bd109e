package dev.varve.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerificationExceptionTest {
  @Test
  void theMessageNamesTheFirstDifferenceAndTheirNumber() {
    assertThat(
            new VerificationException("oci:a", List.of("/b: kind FILE", "/c: only in the first")))
        .hasMessage(
            "verifying the result against oci:a: 2 differences, the first: /b: kind FILE;"
                + " nothing was published");
    assertThat(new VerificationException("oci:a", List.of("/b: kind FILE")))
        .hasMessage(
            "verifying the result against oci:a: one difference: /b: kind FILE;"
                + " nothing was published");
  }

  @Test
  void theMessageNamesTheFailureToReadTheResult() {
    IOException failure = new IOException("reading blob x: corrupt");

    assertThat(new VerificationException("oci:a", failure))
        .hasMessage(
            "verifying the result against oci:a: reading blob x: corrupt; nothing was published")
        .hasCause(failure);
  }
}
