--[[ Numbers figures, tables and equations, and turns `@fig-name`, `@tbl-name`, `@eq-name` and `@sec-name` into links.

Numbers count from one on each page; with a chapter they follow its number ("Figure 2.1"). They are left on the
element as the attribute `label` ("Figure 2.1"). A section is called by its title. Headings are kept in order: none
above level 2, none skipped. Citations of the bibliography stay for Pandoc's own citation processor.
]]

local stringify = pandoc.utils.stringify

local CROSS_REFERENCES = { fig = true, tbl = true, eq = true, sec = true }

local labels, known, words, chapter, entries, known_entries, unknown = {}, {}, {}, "", {}, {}, {}
local cites = false

local function is_cross_reference(id)
  return CROSS_REFERENCES[id:match("^(%a+)%-")] == true
end

local function number(kind, count)
  return words[kind] .. "\u{a0}" .. (chapter ~= "" and chapter .. "." or "") .. count
end

local function is_box(div)
  return div.classes:find_if(function(c) return c:match("^callout%-") or c == "not-answered" end) ~= nil
end

-- One walk from top to bottom: numbers, names that can be linked to, and the order of headings. A box's title is none.
local function numbering()
  local counts, previous = { figure = 0, table = 0, equation = 0 }, 1
  local function note(element)
    if element.identifier ~= "" then known[element.identifier] = true end
  end
  local function give(kind, element)
    counts[kind] = counts[kind] + 1
    element.attributes.label = number(kind, counts[kind])
    labels[element.identifier] = pandoc.Inlines({ pandoc.Str(element.attributes.label) })
    note(element)
    return element
  end
  return {
    traverse = "topdown",
    Div = function(div)
      note(div)
      if div.classes:includes("figure-data") then return div, false end
      if div.classes:includes("equation") then return give("equation", div), false end
      local first = div.content[1]
      if first and first.t == "Header" and is_box(div) then
        first.attributes.box = "true"
        return div
      end
    end,
    Header = function(header)
      note(header)
      if header.attributes.box then
        header.attributes.box = nil
        return header
      end
      if header.identifier:match("^sec%-") then labels[header.identifier] = header.content end
      header.level = math.max(2, math.min(header.level, previous + 1))
      previous = header.level
      return header
    end,
    Figure = function(figure) return give("figure", figure), false end,
    Table = function(tbl)
      note(tbl)
      return tbl.identifier:match("^tbl%-") and give("table", tbl) or tbl, false
    end,
    Para = function(para) return para, false end,
    Plain = function(plain) return plain, false end,
  }
end

local function reference(cite)
  local parts, dangling = pandoc.List(), false
  for i, citation in ipairs(cite.citations) do
    local label = labels[citation.id]
    if label then
      if i > 1 then parts:insert(pandoc.Str(", ")) end
      parts:insert(pandoc.Link(label, "#" .. citation.id, "", pandoc.Attr("", { "reference" })))
    elseif is_cross_reference(citation.id) then
      dangling = true
    elseif entries[citation.id] then
      cites = true
    else
      table.insert(unknown, "@" .. citation.id)
    end
  end
  if dangling then return pandoc.Str(stringify(cite.content)) end
  return #parts > 0 and parts or nil
end

local function refuse_unknown()
  if #unknown == 0 then return end
  error("REFUSED no entry in the bibliography for " .. table.concat(unknown, ", ")
    .. "; expected one of " .. table.concat(known_entries, ", ") .. "; mend the key, or add it to references.bib", 0)
end

local function drop_dead_link(link)
  local id = link.target:match("^#(.*)$")
  if id and not known[id] then return link.content end
end

function Pandoc(doc)
  for _, word in ipairs({ "figure", "table", "equation", "references" }) do words[word] = stringify(doc.meta.words[word]) end
  for _, key in ipairs(doc.meta.entries or {}) do
    table.insert(known_entries, stringify(key))
    entries[stringify(key)] = true
  end
  chapter = stringify(doc.meta.chapter or "")
  doc = doc:walk(numbering())
  doc = doc:walk({ Cite = reference, Link = drop_dead_link })
  refuse_unknown()
  if cites then -- Pandoc's citation processor fills the list
    doc.blocks:insert(pandoc.Header(2, words.references, pandoc.Attr("list-of-references")))
    doc.blocks:insert(pandoc.Div({}, pandoc.Attr("refs")))
  end
  return doc
end
