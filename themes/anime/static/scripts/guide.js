// Turns a guide's lists into boxes that remember their ticks, on this device only.
// Without it the lists stay plain, with drawn boxes.
(function () {
  'use strict';
  var lists = document.querySelectorAll('.taches');
  if (!lists.length) return;
  var prefix = 'taches:' + location.pathname + ':';
  var groups = [];

  // A private window or a full disk may refuse: the boxes then work for the visit.
  function recall(key) { try { return localStorage.getItem(prefix + key) === '1'; } catch (e) { return false; } }
  function remember(key, on) { try { if (on) localStorage.setItem(prefix + key, '1'); else localStorage.removeItem(prefix + key); } catch (e) { /* as above */ } }

  function set(box, on) {
    box.setAttribute('aria-checked', on ? 'true' : 'false');
    remember(box.getAttribute('data-tache'), on);
  }
  function checked(box) { return box.getAttribute('aria-checked') === 'true'; }

  function say(group) {
    var done = group.boxes.filter(checked).length;
    group.count.textContent = done ? done + ' sur ' + group.boxes.length : '';
    reset.hidden = !groups.some(function (g) { return g.boxes.some(checked); });
  }

  var reset = document.createElement('button');
  reset.type = 'button';
  reset.className = 'bouton bouton--second taches__vider';
  reset.textContent = 'Tout décocher';
  reset.addEventListener('click', function () {
    groups[0].boxes[0].focus();
    groups.forEach(function (g) { g.boxes.forEach(function (b) { set(b, false); }); say(g); });
  });

  [].forEach.call(lists, function (list, i) {
    var group = { boxes: [], count: document.createElement('div') };
    [].forEach.call(list.querySelectorAll('[data-tache]'), function (item, j) {
      var box = document.createElement('button');
      var text = document.createElement('span');
      text.id = 'tache-' + i + '-' + j;
      text.className = 'taches__texte';
      while (item.firstChild) text.appendChild(item.firstChild);
      box.type = 'button';
      box.className = 'taches__case';
      box.setAttribute('role', 'checkbox');
      box.setAttribute('aria-labelledby', text.id);
      box.setAttribute('data-tache', item.getAttribute('data-tache'));
      set(box, recall(item.getAttribute('data-tache')));
      item.addEventListener('click', function (event) {
        if (event.target.closest && event.target.closest('a')) return;
        set(box, !checked(box));
        say(group);
      });
      item.appendChild(box);
      item.appendChild(text);
      group.boxes.push(box);
    });
    if (!group.boxes.length) return;
    list.className += ' taches--vivantes';
    group.count.className = 'taches__compte';
    group.count.setAttribute('role', 'status');
    list.parentNode.insertBefore(group.count, list.nextSibling);
    groups.push(group);
  });
  if (!groups.length) return;
  var end = document.querySelector('.etapes') || lists[lists.length - 1];
  end.parentNode.insertBefore(reset, end.nextSibling);
  groups.forEach(say);
}());
