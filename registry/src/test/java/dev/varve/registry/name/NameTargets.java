package dev.varve.registry.name;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.fuzz.FuzzTarget;
import dev.varve.core.fuzz.FuzzTargets;
import java.io.IOException;
import java.util.List;

/** The parsers of names. */
public final class NameTargets implements FuzzTargets {
  @Override
  public List<FuzzTarget> targets() {
    return List.of(
        FuzzTarget.ofText(
            "image-name",
            NameTargets::readImage,
            "ghcr.io/owner/os:v1",
            "localhost:5000/os:v1@sha256:" + "ab".repeat(32),
            "docker.io/fedora"),
        FuzzTarget.ofText("repository-name", NameTargets::readRepository, "ghcr.io/owner/os"),
        FuzzTarget.ofText("tag-order", NameTargets::compare, "v1.10-2", "20250101"));
  }

  private static void readImage(byte[] name) throws IOException {
    ImageName image;
    try {
      image = ImageName.parse(new String(name, UTF_8));
    } catch (IllegalArgumentException e) {
      throw new IOException(e);
    }
    assertThat(ImageName.parse(image.toString())).isEqualTo(image);
  }

  private static void readRepository(byte[] name) throws IOException {
    RepositoryName repository;
    try {
      repository = RepositoryName.parse(new String(name, UTF_8));
    } catch (IllegalArgumentException e) {
      throw new IOException(e);
    }
    assertThat(RepositoryName.parse(repository.toString())).isEqualTo(repository);
  }

  private static void compare(byte[] tag) {
    String text = new String(tag, UTF_8);
    for (String other : List.of("v1.9-2", "", "007", text)) {
      int order = TagOrder.OLDEST_FIRST.compare(text, other);
      assertThat(Integer.signum(TagOrder.OLDEST_FIRST.compare(other, text)))
          .isEqualTo(-Integer.signum(order));
      assertThat(order == 0).isEqualTo(text.equals(other));
    }
  }
}
