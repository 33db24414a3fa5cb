/** A table that fits needs no stop of its own on the way of the Tab key; one that does not is scrolled by arrow keys. */
export function keepStops(): void {
  const regions = [...document.querySelectorAll<HTMLElement>(".scroll, pre[tabindex]")];
  const update = (): void => {
    const wide = regions.map(
      (region) =>
        region.scrollWidth > region.clientWidth + 1 || region.scrollHeight > region.clientHeight + 1,
    );
    regions.forEach((region, index) => {
      if (wide[index] === true) region.tabIndex = 0;
      else region.removeAttribute("tabindex");
    });
  };
  update();
  window.addEventListener("resize", update);
  document.addEventListener("toggle", update, true);
}
