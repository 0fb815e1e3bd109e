package dev.varve.core.packages;

import dev.varve.core.fuzz.FuzzTarget;
import dev.varve.core.fuzz.FuzzTargets;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The parser of {@code os-release}. */
public final class PackageTargets implements FuzzTargets {
  @Override
  public List<FuzzTarget> targets() {
    return List.of(
        FuzzTarget.ofText(
            "os-release",
            input -> OsRelease.parse(new String(input, StandardCharsets.UTF_8)),
            "# a\nID=fedora\nID_LIKE=\"rhel centos\"\nVERSION_ID='42'\nPRETTY_NAME=\"\\\"F\\\"\"\n"));
  }
}
