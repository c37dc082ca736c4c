// Boxes that scroll sideways say so: their edge fades where there is more.

/** Watches `box`; its attribute `data-more` has `left` and `right` where it goes on there. Gives `box`. */
export function sideways(box) {
  const update = () => {
    const before = box.scrollLeft > 1;
    const behind = box.scrollLeft + box.clientWidth < box.scrollWidth - 1;
    box.dataset.more = [before ? "left" : "", behind ? "right" : ""].join(" ").trim();
  };
  box.addEventListener("scroll", update, { passive: true });
  const observer = new ResizeObserver(update);
  observer.observe(box);
  if (box.firstElementChild) observer.observe(box.firstElementChild);
  return box;
}

/** Scrolls `box` to the first of `items`, unless one of them can be seen. */
export function bringIntoSight(box, items) {
  const { left, right } = box.getBoundingClientRect();
  const isSeen = (item) => item.getBoundingClientRect().left >= left && item.getBoundingClientRect().right <= right;
  if (items.length === 0 || items.some(isSeen)) return;
  const place = items[0].getBoundingClientRect();
  box.scrollLeft += (place.left + place.right - left - right) / 2;
}
