--[[ Numbers figures and tables, and turns `@fig-name` and `@tbl-name` into links that read as in the text.

Numbers count from one on each page; with a chapter they follow its number ("Figure 2.1"). They are left on the
element as the attribute `label` ("Figure 2.1"). Headings are kept in order: none above level 2, none skipped.
]]

local stringify = pandoc.utils.stringify

local labels, known, words, chapter = {}, {}, {}, ""

local function number(kind, count)
  return words[kind] .. "\u{a0}" .. (chapter ~= "" and chapter .. "." or "") .. count
end

local function numbering()
  local counts = { figure = 0, table = 0 }
  local function give(kind, element)
    counts[kind] = counts[kind] + 1
    element.attributes.label = number(kind, counts[kind])
    labels[element.identifier] = element.attributes.label
    return element
  end
  return {
    traverse = "topdown",
    Div = function(div)
      if div.classes:includes("figure-data") then return div, false end
    end,
    Figure = function(figure) return give("figure", figure), false end,
    Table = function(tbl)
      if tbl.identifier:match("^tbl%-") then return give("table", tbl), false end
    end,
  }
end

local function heading_order()
  local previous = 1
  return {
    traverse = "topdown",
    Div = function(div)
      local is_box = div.classes:find_if(function(c) return c:match("^callout%-") or c == "not-answered" end)
      if is_box then return div, false end
    end,
    Header = function(header)
      header.level = math.max(2, math.min(header.level, previous + 1))
      previous = header.level
      return header
    end,
  }
end

local function reference(cite)
  local parts = pandoc.List()
  for i, citation in ipairs(cite.citations) do
    local label = labels[citation.id]
    if not label then return pandoc.Str(stringify(cite.content)) end
    if i > 1 then parts:insert(pandoc.Str(", ")) end
    parts:insert(pandoc.Link({ pandoc.Str(label) }, "#" .. citation.id, "", pandoc.Attr("", { "reference" })))
  end
  return parts
end

local function drop_dead_link(link)
  local id = link.target:match("^#(.*)$")
  if id and not known[id] then return link.content end
end

function Pandoc(doc)
  words.figure, words.table = stringify(doc.meta.words.figure), stringify(doc.meta.words.table)
  chapter = stringify(doc.meta.chapter or "")
  doc = doc:walk(numbering()):walk(heading_order()):walk({ Cite = reference })
  local function note(element)
    if element.identifier ~= "" then known[element.identifier] = true end
  end
  doc:walk({ Header = note, Figure = note, Table = note })
  return doc:walk({ Link = drop_dead_link })
end
